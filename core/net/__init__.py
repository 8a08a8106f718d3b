"""Requests to other machines: which addresses may be asked"""
